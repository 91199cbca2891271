/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places that all share: who is refused, with which reason. */
#include <string.h>

#include "core/bounds.h"
#include "core/seats.h"
#include "lib/tap.h"

static const struct clo_seat_bounds bounds = { .all = 10,
					       .kept = 2,
					       .user = 4,
					       .cage = 6 };

enum { ANN = 1000, BOB = 1001, CID = 1002 };

static enum clo_seat ask(unsigned int of_all, unsigned int of_others,
			 unsigned int of_user, unsigned int of_cage,
			 uint32_t uid)
{
	const struct clo_seats taken = { of_all, of_others, of_user, of_cage };

	return clo_seat_judge(&taken, &bounds, uid);
}

/* Whoever asks as often as he likes, with the help of others. */
static void test_greedy(void)
{
	const uint32_t users[] = { ANN, BOB, CID };
	unsigned int of[3] = { 0 }, all = 0, root = 0;

	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 3; i++) {
			struct clo_seats taken = { 0 };

			for (int k = 0; k < 3; k++) {
				for (unsigned int n = 0; n < of[k]; n++)
					clo_seat_count(&taken, users[k],
						       users[i]);
			}
			if (clo_seat_judge(&taken, &bounds, users[i]) ==
			    CLO_SEAT_FREE) {
				of[i]++;
				all++;
			}
		}
	}
	ok(all == 8, "three users together take all but what is kept: %u", all);
	ok(of[0] <= 4 && of[1] <= 4 && of[2] <= 4, "none more than his share");
	while (ask(all + root, all, root, 0, 0) == CLO_SEAT_FREE)
		root++;
	ok(root == 2, "root has what is kept: %u", root);
}

static void test_text(enum clo_seat seat, const char *part)
{
	char text[160];

	clo_seat_tell(seat, &bounds, "sessions", text, sizeof(text));
	ok(strstr(text, part), "'%s'", text);
}

int main(void)
{
	ok(ask(0, 0, 0, 0, ANN) == CLO_SEAT_FREE, "the first one is free");
	ok(ask(10, 0, 0, 0, ANN) == CLO_SEAT_ALL, "all are taken");
	ok(ask(10, 0, 0, 0, 0) == CLO_SEAT_ALL, "for root as well");
	ok(ask(4, 4, 4, 0, ANN) == CLO_SEAT_USER, "a user has his share");
	ok(ask(8, 8, 0, 0, ANN) == CLO_SEAT_KEPT, "the rest is kept for root");
	ok(ask(8, 8, 0, 0, 0) == CLO_SEAT_FREE, "who takes it");
	ok(ask(9, 0, 9, 0, 0) == CLO_SEAT_FREE, "root has no share of a user");
	ok(ask(6, 6, 0, 6, ANN) == CLO_SEAT_CAGE, "a cage has its share");
	ok(ask(6, 6, 0, 6, 0) == CLO_SEAT_FREE, "root enters it still");
	ok(ask(8, 6, 2, 8, 0) == CLO_SEAT_CAGE, "but not for ever");
	test_greedy();
	test_text(CLO_SEAT_ALL, "limit of 10 in all");
	test_text(CLO_SEAT_KEPT, "limit of 8 for all users");
	test_text(CLO_SEAT_USER, "limit of 4 for one user");
	test_text(CLO_SEAT_CAGE, "limit of 6 for one cage");
	ok(CLO_SESSIONS_USER_MAX < CLO_SESSIONS_MAX - CLO_SESSIONS_ROOT &&
		   CLO_LEFT_USER_MAX < CLO_LEFT_MAX - CLO_LEFT_ROOT &&
		   CLO_LEFT_CAGE_MAX < CLO_LEFT_MAX - CLO_LEFT_ROOT,
	   "no user and no cage takes all that is not kept");
	/* A session that is being started has six descriptors. */
	ok(CLO_CAGES_MAX + CLO_LEFT_MAX + 6 * CLO_SESSIONS_MAX + 64 <=
		   CLO_FILES_MIN,
	   "the launch role has descriptors for all of it");
	return tap_end();
}
