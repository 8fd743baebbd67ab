// SPDX-License-Identifier: Apache-2.0
/** Settings published through {@code /api/config}: validated before they are stored, with history, differences and rollback. */
@NullMarked
package dev.rivulet.config.publication;

import org.jspecify.annotations.NullMarked;
