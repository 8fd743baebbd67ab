// SPDX-License-Identifier: Apache-2.0
/** Lineage over HTTP, as JSON. */
@NullMarked
package dev.rivulet.registry.lineage.http;

import org.jspecify.annotations.NullMarked;
