// SPDX-License-Identifier: Apache-2.0
/** Secure aggregation: the sum of the devices' vectors, of which no single one is ever seen, although devices drop out. */
@NullMarked
package dev.rivulet.federated.secagg;

import org.jspecify.annotations.NullMarked;
