// SPDX-License-Identifier: Apache-2.0
/** The election: who is given a partition leads its federations. */
@NullMarked
package dev.rivulet.federation.instances.kafka;

import org.jspecify.annotations.NullMarked;
