// SPDX-License-Identifier: Apache-2.0
/** Blobs as files of one folder. */
@NullMarked
package dev.rivulet.registry.artifacts.disk;

import org.jspecify.annotations.NullMarked;
