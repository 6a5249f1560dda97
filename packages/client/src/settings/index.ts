export { type FileSettings, readConfigAbove, readConfigFile } from './config-file.ts'
export { type BatchSettings, readSettings, type Settings, type SettingsSources, usersConfigFile } from './settings.ts'
