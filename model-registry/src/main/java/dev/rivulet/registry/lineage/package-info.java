// SPDX-License-Identifier: Apache-2.0
/** What versions were made from, as a graph of typed edges. */
@NullMarked
@ApplicationModule(allowedDependencies = {"artifacts", "catalog"})
package dev.rivulet.registry.lineage;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
