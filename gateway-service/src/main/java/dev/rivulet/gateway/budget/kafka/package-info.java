// SPDX-License-Identifier: Apache-2.0
/** Tells other gateways what keys use, and hears it of them. */
@NullMarked
package dev.rivulet.gateway.budget.kafka;

import org.jspecify.annotations.NullMarked;
