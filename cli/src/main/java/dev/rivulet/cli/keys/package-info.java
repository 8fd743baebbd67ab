// SPDX-License-Identifier: Apache-2.0
/** Makes, lists, rotates and revokes the gateway's API keys. */
@NullMarked
package dev.rivulet.cli.keys;

import org.jspecify.annotations.NullMarked;
