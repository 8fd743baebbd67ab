// SPDX-License-Identifier: Apache-2.0
/** Models over HTTP, whole or a layer at a time. */
@NullMarked
package dev.rivulet.federation.publication.http;

import org.jspecify.annotations.NullMarked;
