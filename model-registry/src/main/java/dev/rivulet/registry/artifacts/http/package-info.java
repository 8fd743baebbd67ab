// SPDX-License-Identifier: Apache-2.0
/** Blobs over HTTP: streamed in both directions. */
@NullMarked
package dev.rivulet.registry.artifacts.http;

import org.jspecify.annotations.NullMarked;
