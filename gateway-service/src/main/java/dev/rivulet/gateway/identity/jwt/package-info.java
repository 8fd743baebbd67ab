// SPDX-License-Identifier: Apache-2.0
/** Callers who show a signed token of an OpenID provider in place of a key. */
@NullMarked
package dev.rivulet.gateway.identity.jwt;

import org.jspecify.annotations.NullMarked;
