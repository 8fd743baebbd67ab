// SPDX-License-Identifier: Apache-2.0
/** Settings that change while a service runs: bound to validated records, the last good value kept when a bad one comes. */
@NullMarked
package dev.rivulet.settings;

import org.jspecify.annotations.NullMarked;
