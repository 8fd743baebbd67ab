// SPDX-License-Identifier: Apache-2.0
/** The catalogue over HTTP, as JSON. */
@NullMarked
package dev.rivulet.registry.catalog.http;

import org.jspecify.annotations.NullMarked;
