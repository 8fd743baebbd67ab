// SPDX-License-Identifier: Apache-2.0
/** Pictures over HTTP. */
@NullMarked
package dev.rivulet.gateway.pictures.http;

import org.jspecify.annotations.NullMarked;
