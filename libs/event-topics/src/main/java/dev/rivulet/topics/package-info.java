// SPDX-License-Identifier: Apache-2.0
/** The broker held against the catalogue of events: topics made where they are missing, and what has drifted told. */
@NullMarked
package dev.rivulet.topics;

import org.jspecify.annotations.NullMarked;
