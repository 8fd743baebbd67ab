// SPDX-License-Identifier: Apache-2.0
/** Holds the chart to Kubernetes' own model. */
@NullMarked
package dev.rivulet.helm;

import org.jspecify.annotations.NullMarked;
