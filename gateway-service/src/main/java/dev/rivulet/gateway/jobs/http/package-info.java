// SPDX-License-Identifier: Apache-2.0
/** Jobs over HTTP, server-sent events and WebSocket. */
@NullMarked
package dev.rivulet.gateway.jobs.http;

import org.jspecify.annotations.NullMarked;
