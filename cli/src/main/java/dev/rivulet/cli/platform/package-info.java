// SPDX-License-Identifier: Apache-2.0
/** Starts, watches and stops the parts of the platform on one machine. */
@NullMarked
package dev.rivulet.cli.platform;

import org.jspecify.annotations.NullMarked;
