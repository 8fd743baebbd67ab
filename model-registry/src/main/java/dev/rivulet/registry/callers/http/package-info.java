// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.rivulet.registry.callers.http;

import org.jspecify.annotations.NullMarked;
