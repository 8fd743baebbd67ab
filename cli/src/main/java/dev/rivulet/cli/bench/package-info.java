// SPDX-License-Identifier: Apache-2.0
/** Measures the platform from outside, over HTTP, as a client sees it. */
@NullMarked
package dev.rivulet.cli.bench;

import org.jspecify.annotations.NullMarked;
