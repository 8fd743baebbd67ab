// SPDX-License-Identifier: Apache-2.0
/** Measures rounds of a federation: the service, its database and its devices in processes of their own, beside Flower. */
@NullMarked
package dev.rivulet.benchmarks.federation;

import org.jspecify.annotations.NullMarked;
