// SPDX-License-Identifier: Apache-2.0
/** The document over HTTP. */
@NullMarked
package dev.rivulet.registry.contracts.http;

import org.jspecify.annotations.NullMarked;
