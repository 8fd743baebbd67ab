// SPDX-License-Identifier: Apache-2.0
/** Secrets at rest: the key of the server and what it encrypts with it. */
@NullMarked
package dev.rivulet.config.encryption;

import org.jspecify.annotations.NullMarked;
