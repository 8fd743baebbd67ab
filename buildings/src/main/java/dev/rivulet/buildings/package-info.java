// SPDX-License-Identifier: Apache-2.0
/** Buildings that each say the same things in words of their own: names, dialects, mixes of requests, all from one seed. */
@NullMarked
package dev.rivulet.buildings;

import org.jspecify.annotations.NullMarked;
