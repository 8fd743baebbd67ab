// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.rivulet.registry.callers.jdbc;

import org.jspecify.annotations.NullMarked;
