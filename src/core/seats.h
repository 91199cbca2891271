/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Places in a table that all share: how many one user and one cage may hold,
 * and how many are kept for root.  Pure: who counts and who tells is elsewhere.
 */
#ifndef CLO_CORE_SEATS_H
#define CLO_CORE_SEATS_H

#include <stdint.h>
#include <stdio.h>

/* How many places there are. */
struct clo_seat_bounds {
	unsigned int all;
	unsigned int kept; /* of them, for root */
	unsigned int user; /* for one user other than root */
	unsigned int cage; /* for one cage; root may take what is kept, too */
};

/* How many are taken. */
struct clo_seats {
	unsigned int of_all;
	unsigned int of_others; /* by all users but root */
	unsigned int of_user; /* by the one who asks */
	unsigned int of_cage; /* in the cage that is asked for */
};

/* Why there is none. */
enum clo_seat {
	CLO_SEAT_FREE = 0,
	CLO_SEAT_ALL,
	CLO_SEAT_KEPT,
	CLO_SEAT_USER,
	CLO_SEAT_CAGE,
};

/* Count one that is taken by @uid; for a place in the cage, of_cage as well. */
static inline void clo_seat_count(struct clo_seats *seats, uint32_t uid,
				  uint32_t asking_uid)
{
	seats->of_all++;
	seats->of_others += uid != 0;
	seats->of_user += uid == asking_uid;
}

/**
 * clo_seat_judge() - Decide whether a user may take one more place
 * @taken: What is taken; not NULL.
 * @bounds: What there is; not NULL.
 * @uid: Who asks, on the host.
 *
 * Return: CLO_SEAT_FREE, or why not.
 */
static inline enum clo_seat clo_seat_judge(const struct clo_seats *taken,
					   const struct clo_seat_bounds *bounds,
					   uint32_t uid)
{
	if (taken->of_all >= bounds->all)
		return CLO_SEAT_ALL;
	if (taken->of_cage >= bounds->cage + (uid ? 0 : bounds->kept))
		return CLO_SEAT_CAGE;
	if (!uid)
		return CLO_SEAT_FREE;
	if (taken->of_user >= bounds->user)
		return CLO_SEAT_USER;
	if (taken->of_others >= bounds->all - bounds->kept)
		return CLO_SEAT_KEPT;
	return CLO_SEAT_FREE;
}

/**
 * clo_seat_tell() - Say why there is no place
 * @seat: As judged.
 * @bounds: What there is; not NULL.
 * @what: What takes a place, in the plural; not NULL.
 * @out: The text, cut if too long.
 * @size: Room there [bytes].
 */
static inline void clo_seat_tell(enum clo_seat seat,
				 const struct clo_seat_bounds *bounds,
				 const char *what, char *out, size_t size)
{
	switch (seat) {
	case CLO_SEAT_FREE:
		(void)snprintf(out, size, "%s have room", what);
		break;
	case CLO_SEAT_ALL:
		(void)snprintf(out, size, "%s are at their limit of %u in all",
			       what, bounds->all);
		break;
	case CLO_SEAT_KEPT:
		(void)snprintf(out, size,
			       "%s are at their limit of %u for all users, "
			       "and %u more are kept for root",
			       what, bounds->all - bounds->kept, bounds->kept);
		break;
	case CLO_SEAT_USER:
		(void)snprintf(out, size,
			       "%s are at their limit of %u for one user", what,
			       bounds->user);
		break;
	case CLO_SEAT_CAGE:
		(void)snprintf(out, size,
			       "%s are at their limit of %u for one cage", what,
			       bounds->cage);
		break;
	}
}

#endif
