// SPDX-License-Identifier: Apache-2.0
/** The steps of a secure aggregation as signed calls, each answered when its step has closed. */
@NullMarked
package dev.rivulet.federation.secureaggregation.http;

import org.jspecify.annotations.NullMarked;
