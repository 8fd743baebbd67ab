// SPDX-License-Identifier: Apache-2.0
/** Asks replicas over HTTP. */
@NullMarked
package dev.rivulet.gateway.routing.http;

import org.jspecify.annotations.NullMarked;
