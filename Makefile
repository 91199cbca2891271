# SPDX-License-Identifier: LGPL-2.1-or-later
# Forwards only: the build is Meson's, the work is in tools/.
BUILD ?= build
ARGS ?=

all: setup
	@meson compile -C $(BUILD)

setup:
	@tools/setup build
	@test -f $(BUILD)/build.ninja || meson setup $(BUILD)

demo:
	@tools/demo $(ARGS)

check check-fast check-install lint bench deb:
	@tools/$@ $(ARGS)

install: all
	@meson install -C $(BUILD) --no-rebuild

clean:
	@rm -rf $(BUILD) build-asan build-fuzz

.PHONY: all setup demo check check-fast check-install lint bench deb install clean
