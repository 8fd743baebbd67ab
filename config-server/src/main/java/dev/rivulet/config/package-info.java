// SPDX-License-Identifier: Apache-2.0
/** The configuration of every service: served from files over HTTP, announced over the bus. */
@NullMarked
package dev.rivulet.config;

import org.jspecify.annotations.NullMarked;
