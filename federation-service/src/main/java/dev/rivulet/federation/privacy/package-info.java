// SPDX-License-Identifier: Apache-2.0
/** What single devices give away by a model: clipping, noise, and what it cost so far; pure, by the federated algorithms. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.federation.privacy;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
