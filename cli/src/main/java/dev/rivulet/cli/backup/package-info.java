// SPDX-License-Identifier: Apache-2.0
/** {@code rivulet backup} and {@code rivulet restore}: everything that a stopped platform keeps, with digests, and back. */
@NullMarked
package dev.rivulet.cli.backup;

import org.jspecify.annotations.NullMarked;
