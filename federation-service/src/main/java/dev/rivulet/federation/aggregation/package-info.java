// SPDX-License-Identifier: Apache-2.0
/** Updates become a model: pure, by the strategies of the federated algorithms. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.federation.aggregation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
