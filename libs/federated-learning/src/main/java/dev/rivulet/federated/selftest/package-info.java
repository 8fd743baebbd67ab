// SPDX-License-Identifier: Apache-2.0
/** Proof within a process that what it is about to sum securely with is right. */
@NullMarked
package dev.rivulet.federated.selftest;

import org.jspecify.annotations.NullMarked;
