/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "attack.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct attack *const tables[] = {
	attacks_task, attacks_proc,   attacks_channel,
	attacks_file, attacks_kernel, attacks_guard,
	attacks_ipc,  attacks_limit,  attacks_name,
};

struct stage *stage;
volatile long secret = SECRET;

const struct attack *attack_find(const char *name, size_t size)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (const struct attack *a = tables[i]; a->name; a++)
			if (strlen(a->name) == size &&
			    !memcmp(a->name, name, size))
				return a;
	return NULL;
}

void attack_list(void)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (const struct attack *a = tables[i]; a->name; a++)
			puts(a->name);
}

void attack_on_signal(int sig, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	(void)sigaction(sig, &action, NULL);
}
