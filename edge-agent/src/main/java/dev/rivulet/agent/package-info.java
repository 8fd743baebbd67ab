// SPDX-License-Identifier: Apache-2.0
/** A site's trainer: what its people say of answers becomes an adapter when the machine is idle, and their words stay at the site. */
@NullMarked
package dev.rivulet.agent;

import org.jspecify.annotations.NullMarked;
