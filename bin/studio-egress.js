#!/usr/bin/env node
require('./typescript.js');
require('../cli.ts');
