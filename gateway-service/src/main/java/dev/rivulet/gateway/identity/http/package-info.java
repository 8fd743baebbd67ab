// SPDX-License-Identifier: Apache-2.0
/** The control API for API keys. */
@NullMarked
package dev.rivulet.gateway.identity.http;

import org.jspecify.annotations.NullMarked;
