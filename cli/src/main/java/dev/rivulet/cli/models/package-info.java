// SPDX-License-Identifier: Apache-2.0
/** Model folders and the registry that takes them. */
@NullMarked
package dev.rivulet.cli.models;

import org.jspecify.annotations.NullMarked;
