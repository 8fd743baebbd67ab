// SPDX-License-Identifier: Apache-2.0
/** Batches over HTTP, as OpenAI's clients make and follow them. */
@NullMarked
package dev.rivulet.gateway.batches.http;

import org.jspecify.annotations.NullMarked;
