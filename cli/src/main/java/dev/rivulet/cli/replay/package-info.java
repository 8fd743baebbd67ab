// SPDX-License-Identifier: Apache-2.0
/** {@code rivulet replay}: records that a service could not take, sent back by people. */
@NullMarked
package dev.rivulet.cli.replay;

import org.jspecify.annotations.NullMarked;
