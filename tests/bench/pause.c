// SPDX-License-Identifier: LGPL-2.1-or-later
/* The init of a cage that is measured: it waits to be ended. */
#include <unistd.h>

int main(void)
{
	for (;;)
		(void)pause();
}
