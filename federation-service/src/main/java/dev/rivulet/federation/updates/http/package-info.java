// SPDX-License-Identifier: Apache-2.0
/** Uploads over HTTP. */
@NullMarked
package dev.rivulet.federation.updates.http;

import org.jspecify.annotations.NullMarked;
