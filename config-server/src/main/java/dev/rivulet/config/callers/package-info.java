// SPDX-License-Identifier: Apache-2.0
/** Who calls: a service with the token that all share, or a person or program with a token of its own. */
@NullMarked
package dev.rivulet.config.callers;

import org.jspecify.annotations.NullMarked;
