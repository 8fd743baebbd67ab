// SPDX-License-Identifier: Apache-2.0
/** Shows the closed loop on the running platform: feedback, adapters, a federation, a version, a canary, and one that is taken back. */
@NullMarked
package dev.rivulet.cli.loop;

import org.jspecify.annotations.NullMarked;
