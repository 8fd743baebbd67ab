// SPDX-License-Identifier: Apache-2.0
/** Talks to a model through the gateway, tokens as they come. */
@NullMarked
package dev.rivulet.cli.chat;

import org.jspecify.annotations.NullMarked;
