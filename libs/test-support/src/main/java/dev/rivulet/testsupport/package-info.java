// SPDX-License-Identifier: Apache-2.0
/** Fakes with the real semantics of what they stand for, and the contract tests that hold both to them. Test scope alone. */
@NullMarked
package dev.rivulet.testsupport;

import org.jspecify.annotations.NullMarked;
