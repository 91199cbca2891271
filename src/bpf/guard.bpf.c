// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The guard: BPF LSM programs that hold the label.
 *
 * Every program gathers what the policy (src/policy) wants to know, asks it,
 * reports a refusal and returns; none decides.  One translation unit, a header
 * for each concern, so that the whole is one object with one set of maps.
 *
 * The programs do not look at the answer of those before them (BPF_PROG's last
 * argument): the kernel's trampoline calls the next program only if the one
 * before has allowed, and the place of that argument differs between kernels
 * for bpf, bpf_prog_load and others.
 */
#include "bpf/kernel.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

#include "bpf/task.bpf.h"
#include "bpf/socket.bpf.h"
#include "bpf/file.bpf.h"
#include "bpf/exec.bpf.h"
#include "bpf/ipc.bpf.h"
#include "bpf/mount.bpf.h"
#include "bpf/kernel.bpf.h"
#include "bpf/self.bpf.h"
#include "bpf/request.bpf.h"

char _license[] SEC("license") = "Dual BSD/GPL";
