// SPDX-License-Identifier: Apache-2.0
/** Makes federations, follows them, shows one of forty buildings, and checks what they wrote down. */
@NullMarked
package dev.rivulet.cli.federate;

import org.jspecify.annotations.NullMarked;
